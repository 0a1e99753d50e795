/**
 * What tests of every room and the programs of chaos and bench share: waiting for a condition,
 * running a command. It knows nothing of hraftd, and what chaos and bench use of it nothing of
 * JUnit, which is not there when they run.
 */
@NullMarked
package hraftd.testing;

import org.jspecify.annotations.NullMarked;
