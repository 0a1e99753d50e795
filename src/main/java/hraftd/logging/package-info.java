/**
 * The log of the process: what SLF4J's loggers are told, as lines on standard error. A provider of
 * our own, as it is a page of code: time and level on each line, also of a stack trace; JSON, one
 * object a line; and a level that is known only once the command line is read. SLF4J's simple
 * provider has none of these; Logback has all, with a megabyte of what nobody here needs and a
 * language of its own for its configuration. Only the root package and SLF4J know this one; all
 * others ask SLF4J for loggers.
 */
@NullMarked
package hraftd.logging;

import org.jspecify.annotations.NullMarked;
