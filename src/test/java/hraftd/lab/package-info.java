/**
 * The lab: the simulation's cluster behind a page, under a clock that somebody holds. Started by
 * {@code scripts/lab}. Nothing here is part of the shipped jar.
 */
@NullMarked
package hraftd.lab;

import org.jspecify.annotations.NullMarked;
