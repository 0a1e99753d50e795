/** The end of a process whose virtual machine cannot go on. */
@NullMarked
package hraftd.fatal;

import org.jspecify.annotations.NullMarked;
