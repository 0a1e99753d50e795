// Trees of elements as plain values, and how a page becomes what they say with as few changes as can be: elements are kept,
// so that focus and selection stay where they are.

const SVG = 'http://www.w3.org/2000/svg';
const SVG_TAGS = new Set([
  'svg', 'g', 'path', 'line', 'circle', 'rect', 'text', 'tspan', 'title', 'desc', 'defs', 'pattern', 'polyline', 'polygon',
]);
/** Set as properties, as attributes would only be their first values. */
const PROPERTIES = new Set(['value', 'checked', 'open', 'disabled', 'scrollTop']);

const attributesOf = new WeakMap();

/**
 * An element as a value. An attribute that is null, undefined or false is left out; a function is a listener (`onclick`);
 * `key` tells it from its siblings when their number or order changes.
 */
export function h(tag, attributes, ...kids) {
  return { tag, attributes: attributes ?? {}, kids: flat(kids) };
}

function flat(kids) {
  return kids.flat(Infinity).filter((kid) => kid !== null && kid !== undefined && kid !== false && kid !== '');
}

/** Makes the children of an element what these values say. */
export function patch(parent, kids) {
  const wanted = flat([kids]);
  const keys = new Set(wanted.map((kid) => kid.attributes?.key));
  const keyed = new Map();
  const others = [];
  for (const node of [...parent.childNodes]) {
    const key = attributesOf.get(node)?.key;
    if (key === undefined) {
      others.push(node);
    } else if (keys.has(key)) {
      keyed.set(key, node);
    } else {
      node.remove();
    }
  }
  let next = 0;
  let place = parent.firstChild;
  for (const kid of wanted) {
    let node = null;
    if (typeof kid !== 'object') {
      node = others[next]?.nodeType === Node.TEXT_NODE ? others[next++] : document.createTextNode('');
      if (node.data !== String(kid)) {
        node.data = String(kid);
      }
    } else {
      const key = kid.attributes.key;
      if (key !== undefined) {
        node = keyed.get(key) ?? null;
        keyed.delete(key);
      } else if (others[next] && fits(others[next], kid)) {
        node = others[next++];
      }
      if (!node || !fits(node, kid)) {
        node = create(kid);
      }
      update(node, kid);
    }
    if (node === place) {
      place = place.nextSibling;
    } else {
      parent.insertBefore(node, place);
    }
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
}

function fits(node, kid) {
  return node.nodeType === Node.ELEMENT_NODE && node.localName === kid.tag.toLowerCase();
}

function create(kid) {
  return SVG_TAGS.has(kid.tag) ? document.createElementNS(SVG, kid.tag) : document.createElement(kid.tag);
}

function update(node, kid) {
  const before = attributesOf.get(node) ?? {};
  for (const name of Object.keys(before)) {
    if (!(name in kid.attributes)) {
      set(node, name, null);
    }
  }
  for (const [name, value] of Object.entries(kid.attributes)) {
    if (before[name] !== value) {
      set(node, name, value);
    }
  }
  attributesOf.set(node, kid.attributes);
  patch(node, kid.kids);
}

function set(node, name, value) {
  if (name === 'key') {
    return;
  }
  if (name.startsWith('on')) {
    node[name] = value ?? null;
  } else if (PROPERTIES.has(name)) {
    node[name] = value ?? '';
  } else if (value === null || value === undefined || value === false) {
    node.removeAttribute(name);
  } else {
    node.setAttribute(name, value === true ? '' : String(value));
  }
}

/** An element for good, with these children. */
export function make(tag, attributes, ...kids) {
  const value = h(tag, attributes, ...kids);
  const node = create(value);
  update(node, value);
  return node;
}

/** Gives whoever looks a file of this name, as the browser does with downloads. */
export function save(name, file) {
  const url = URL.createObjectURL(file);
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
