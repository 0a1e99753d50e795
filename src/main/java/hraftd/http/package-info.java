/**
 * The HTTP server: threads, limits, one exchange from request to last byte, parameters and
 * problems. It knows no resource: {@code hraftd.http.api} hands it a table of routes.
 */
@NullMarked
package hraftd.http;

import org.jspecify.annotations.NullMarked;
