/** Tests of the scripts themselves: what can be checked without a node. */
@NullMarked
package hraftd.scripts;

import org.jspecify.annotations.NullMarked;
