/** The program: command line, wiring, start and stop. Nobody imports it. */
@NullMarked
package hraftd;

import org.jspecify.annotations.NullMarked;
