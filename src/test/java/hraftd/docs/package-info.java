/** Tests of the documents themselves: what can be checked without a node. */
@NullMarked
package hraftd.docs;

import org.jspecify.annotations.NullMarked;
