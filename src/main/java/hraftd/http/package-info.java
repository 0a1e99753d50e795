/**
 * The HTTP server: Javalin on Jetty, threads, limits, one exchange from request to last byte,
 * parameters and problems. It knows no resource: {@code hraftd.http.api} hands it a table of
 * routes, and only it knows Javalin and Jetty.
 *
 * <h2>Who answers</h2>
 *
 * <p>Javalin is the server. Its configuration holds Jetty's settings ({@link JettySettings}), its
 * router every route, its exception mapping the errors, its before-handler what is checked of every
 * request ({@link JavalinRoutes}). In front of its servlet stand, from outside to inside:
 *
 * <pre>
 * GracefulHandler       Jetty's: when the server stops, what has begun is answered, the rest is 503
 * FrontHandler          ours: answers the data plane; -Dhraftd.front=off leaves it out
 * Intake                ours: begins the exchange: counted once, answered once, all given back once
 * EagerContentHandler   Jetty's, with our BodyLoaders: a body is here before a thread is taken
 * HandOver              ours: a thread of the pool, as what stands before runs on the selector's
 * Javalin               routes, actions, errors
 * </pre>
 *
 * <p>No thread waits. An action gives a future ({@code ctx.future}), a body is read as it arrives,
 * an answer is written as the client takes it ({@link ServletOutlet}): two thousand clients that
 * never read what they have asked for cost memory alone, and as many that send a byte every 20
 * seconds not even that for long, as their bodies are given up after 10 seconds with 408 ({@link
 * LeastRate}); with the front handler and without (SlowClientsIT).
 *
 * <h2>Why a handler in front</h2>
 *
 * <p>Keys, lists, transactions, watches, backups are what a node does all day, and the way through
 * the servlet costs more than all else that they need. The same table, the same actions, the same
 * bytes (SameAnswersTest; the API's tests run both ways). Processor time of a node of one for a
 * request, wrk with 64 connections on two processors, medians of three rounds taken in turn, and
 * requests a second:
 *
 * <pre>
 *                        front            -Dhraftd.front=off
 * stale read             12.2 us           18.8 us
 * linearizable read      13.9 us, 40,200   21.3 us, 25,500
 * write of 64 bytes      34.7 us,  7,000   54.2 us,  5,600
 * </pre>
 *
 * <p>So it stays. The control plane (setup, join, status, health, metrics, documents) is Javalin's
 * alone: nobody asks for it thousands of times a second.
 *
 * <h2>What Jetty has and is not used</h2>
 *
 * <p>SizeLimitHandler breaks a connection off whose body is too long, so that the client sees a
 * broken pipe in place of the 413: {@link BodyReader} reads on, within bounds. Jetty's own loader
 * for EagerContentHandler keeps the network's buffers, however little is in each, and counts for
 * each request alone: {@link BodyLoaders} copies what came and counts it for all together ({@link
 * RequestBudget}). What of stopping in order was ours, GracefulHandler does.
 *
 * <h2>Keys keep their bytes</h2>
 *
 * <p>In a key {@code ..}, {@code //}, {@code ;} and {@code %2F} are bytes like others. Jetty keeps
 * a target's path as it came beside the one that it makes of it; {@link
 * org.eclipse.jetty.http.UriCompliance} allows all that it calls ambiguous, Javalin's routes match
 * the raw path with a wildcard, and a key is decoded once, by {@link Percent}. What its parser will
 * not read at all no setting changes, and so it is refused with 400 and a word about what to write:
 *
 * <pre>
 * /key/a/../b            a/../b
 * /key/%2e%2e/x          ../x
 * /key//x  /key/a//b     /x  a//b
 * /key/a;b=c             a;b=c
 * /key/a%2Fb             a/b
 * /key/%2561             %61
 * /key/../../x           400: leads above the root; /key/..%2F..%2Fx is the key
 * /key/%00               400: Jetty takes no zero byte in a path. A key that has one is reached by
 *                        POST /key, GET /key?prefix= and POST /txn
 * /key/a#b               400: Jetty would leave #b away, and a is another key; %23
 * </pre>
 */
@NullMarked
package hraftd.http;

import org.jspecify.annotations.NullMarked;
