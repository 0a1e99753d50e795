/** Counters, timers and gauges of this node; the rest of the program only increments. */
@NullMarked
package hraftd.metrics;

import org.jspecify.annotations.NullMarked;
