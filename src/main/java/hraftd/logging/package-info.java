/**
 * The log of the process, on standard error. Text comes from SLF4J's simple provider. What that one
 * cannot do is here: JSON, one object a line, by a provider that SLF4J is told to take in its
 * place. Logback has JSON too, with a megabyte of what nobody here needs and a language of its own
 * for its configuration. Only the root package knows this one; all others ask SLF4J for loggers.
 */
@NullMarked
package hraftd.logging;

import org.jspecify.annotations.NullMarked;
