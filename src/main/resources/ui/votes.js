// Who asks for votes, and what the others say: by candidate. The values are never changed, only replaced.

/** Notes that a candidate asks, which begins its count anew if it is for another term, or no longer a mere question (9.6). */
export function asked(votes, event, time) {
  const pre = event.kind === 'pre_vote';
  const known = votes.get(event.node);
  if (known?.term !== event.term || known.pre !== pre) {
    votes.set(event.node, {
      term: event.term, pre, granted: [event.node], refused: [], last: event.last, lastTerm: event.lastTerm, t: time,
    });
  }
}

/** Notes an answer that has arrived. */
export function answered(votes, message) {
  const asks = votes.get(message.to);
  if (asks && asks.pre === (message.kind === 'pre_vote_reply')) {
    const into = message.event.granted ? 'granted' : 'refused';
    if (!asks[into].includes(message.from)) {
      votes.set(message.to, { ...asks, [into]: [...asks[into], message.from] });
    }
  }
}
