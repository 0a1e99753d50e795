/**
 * Text that strangers chose, made fit to be shown to people. At the bottom: any room may use it, it
 * knows none.
 */
@NullMarked
package hraftd.text;

import org.jspecify.annotations.NullMarked;
