/**
 * The HTTP API: one class for each resource, which reads the parameters and bodies that it takes
 * and turns what the store or the cluster says into answers. The outermost room: only the wiring in
 * {@code hraftd} calls it.
 */
@NullMarked
package hraftd.http.api;

import org.jspecify.annotations.NullMarked;
