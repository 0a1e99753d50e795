/**
 * What happens to a node, told in the form of docs/events.md: who counts it, writes it as JSON and
 * leaves out what is too much. Consensus calls it, the simulation's and the real one; it knows
 * nothing of where the events go.
 */
@NullMarked
package hraftd.events;

import org.jspecify.annotations.NullMarked;
