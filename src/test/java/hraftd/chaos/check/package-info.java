/**
 * Decides whether what clients saw can be explained by one copy of the data that every operation
 * reached at one moment. Pure: no I/O, no threads, no clock but for the search's own time limit.
 * {@code hraftd.chaos} calls it with recorded histories.
 */
@NullMarked
package hraftd.chaos.check;

import org.jspecify.annotations.NullMarked;
