/**
 * Who is there, and what may they do: the secret that nodes share, the tokens of clients with their
 * rules, and files that are read again when they change. Decides, and knows nothing of requests:
 * {@code http.api} asks for each, the root package wires it.
 */
@NullMarked
package hraftd.security;

import org.jspecify.annotations.NullMarked;
