-- The load that wrk makes for scripts/bench. All that it is told comes by environment variables, for
-- setup() runs before wrk hands over its arguments:
--   BENCH_DIALECT  key (hraftd and what speaks like it) or etcd
--   BENCH_KIND     write, read, stale or mix (one write for nine reads)
--   BENCH_NODES    host:port,... which the threads take in turn
--   BENCH_RUN      five bytes that no other run has, the beginning of every key that is written
--   BENCH_VALUE    the value that is written
--   BENCH_TOKEN    what is shown with each request; empty: nothing
--   BENCH_EXISTING how many keys there are to read

-- Every key is six bytes and nine digits: all requests of a kind are equally long, so their heads are made
-- once, and each three bytes of the key become four of base64 by one look into a table.
local EXISTING_PREFIX = "exists"
local WRITES_IN_MIX = 10

local threads = 0

function setup(thread)
  local nodes = {}
  for node in os.getenv("BENCH_NODES"):gmatch("[^,]+") do
    nodes[#nodes + 1] = node
  end
  local node = nodes[threads % #nodes + 1]
  local host, port = node:match("(.+):(%d+)")
  thread.addr = wrk.lookup(host, port)[1]
  thread:set("number", threads)
  thread:set("node", node)
  threads = threads + 1
end

local function base64(text)
  local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  local encoded = text:gsub("..?.?", function(group)
    local a, b, c = group:byte(1, 3)
    local bits = a * 65536 + (b or 0) * 256 + (c or 0)
    local four = ""
    for shift = 18, 0, -6 do
      local digit = math.floor(bits / 2 ^ shift) % 64 + 1
      four = four .. alphabet:sub(digit, digit)
    end
    return four:sub(1, #group + 1) .. ("="):rep(3 - #group)
  end)
  return encoded
end

local function plain(text)
  return text
end

-- What the head of every request has.
local function common()
  local token = os.getenv("BENCH_TOKEN")
  return "Host: " .. node .. "\r\n" .. (token == "" and "" or "Authorization: Bearer " .. token .. "\r\n")
end

local function post(path, length)
  return "POST " .. path .. " HTTP/1.1\r\n" .. common() .. "Content-Type: application/json\r\nContent-Length: "
    .. length .. "\r\n\r\n"
end

local dialects = {
  key = function(stale, value)
    return {
      code = plain,
      write = { post("/key", 15 + #value + #'{"":""}') .. '{"', '":"' .. value .. '"}' },
      read = { "GET /key/", (stale and "?level=stale" or "") .. " HTTP/1.1\r\n" .. common() .. "\r\n" },
    }
  end,
  etcd = function(stale, value)
    local after_put = '","value":"' .. base64(value) .. '"}'
    local after_range = stale and '","serializable":true}' or '"}'
    return {
      code = base64,
      write = { post("/v3/kv/put", 20 + #'{"key":"' + #after_put) .. '{"key":"', after_put },
      read = { post("/v3/kv/range", 20 + #'{"key":"' + #after_range) .. '{"key":"', after_range },
    }
  end,
}

local digits = {}
local dialect, kind, existing, written_prefix, existing_prefix
local requests, written = 0, 0

function init()
  kind = os.getenv("BENCH_KIND")
  existing = tonumber(os.getenv("BENCH_EXISTING"))
  dialect = dialects[os.getenv("BENCH_DIALECT")](kind == "stale", os.getenv("BENCH_VALUE"))
  written_prefix = dialect.code(os.getenv("BENCH_RUN") .. number)
  existing_prefix = dialect.code(EXISTING_PREFIX)
  for i = 0, 999 do
    digits[i] = dialect.code(("%03d"):format(i))
  end
  math.randomseed(os.time() + number)
end

local function complete(parts, prefix, n)
  local high = digits[math.floor(n / 1000000) % 1000]
  local middle = digits[math.floor(n / 1000) % 1000]
  return parts[1] .. prefix .. high .. middle .. digits[n % 1000] .. parts[2]
end

function request()
  requests = requests + 1
  if kind == "write" or (kind == "mix" and requests % WRITES_IN_MIX == 0) then
    written = written + 1
    return complete(dialect.write, written_prefix, written)
  end
  return complete(dialect.read, existing_prefix, math.random(0, existing - 1))
end

function done(summary, latency)
  local errors = summary.errors
  print(("BENCH requests=%d micros=%d bytes=%d p50=%d p90=%d p99=%d max=%d status=%d connect=%d read=%d write=%d timeout=%d")
    :format(summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(90),
      latency:percentile(99), latency.max, errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
