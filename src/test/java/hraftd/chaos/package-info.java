/**
 * Breaks a real cluster of real processes while clients write down what they see, and judges what
 * they saw. Started by {@code scripts/chaos}; needs root on Linux, because every node gets a
 * network namespace and a disk image of its own. Nothing here is part of the shipped jar.
 */
@NullMarked
package hraftd.chaos;

import org.jspecify.annotations.NullMarked;
