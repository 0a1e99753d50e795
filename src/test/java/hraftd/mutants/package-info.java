/**
 * Deliberate faults, one at a time, in the product's own source: what no test finds no test guards.
 * The faults are texts in {@code src/test/mutants}; {@code scripts/mutants} tries them all.
 */
@NullMarked
package hraftd.mutants;

import org.jspecify.annotations.NullMarked;
