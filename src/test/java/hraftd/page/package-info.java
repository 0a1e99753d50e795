/** Tests of the page under {@code /ui/}: its files, and its modules without a node. */
@NullMarked
package hraftd.page;

import org.jspecify.annotations.NullMarked;
