/**
 * The HTTP API: one table of routes, parameters and bodies parsed once at the edge, errors in one
 * place, one class for each resource. The outermost package: only the wiring imports it.
 */
@NullMarked
package hraftd.http;

import org.jspecify.annotations.NullMarked;
