/**
 * Counters, timers and gauges of this node; the rest of the program only increments.
 *
 * <p>They are Micrometer's, on Prometheus' own client, and not our own: the text format, the
 * histograms and what Java tells of itself are not what hraftd is there for. What that costs: 1.6
 * MB of the jar (without the protobuf format, another 2 MB that nobody asks for), and about 100 ns
 * for each duration (one thread, warm), of which a write takes three and a request one. No other
 * room sees a type of Micrometer's.
 */
@NullMarked
package hraftd.metrics;

import org.jspecify.annotations.NullMarked;
