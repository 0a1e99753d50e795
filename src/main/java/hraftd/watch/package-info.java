/**
 * Changes of the store as a stream: a bounded history that watchers read at their own pace, and
 * waiting for a revision. Knows the store's records and nothing of HTTP.
 */
@NullMarked
package hraftd.watch;

import org.jspecify.annotations.NullMarked;
