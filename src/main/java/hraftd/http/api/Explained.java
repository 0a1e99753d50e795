package hraftd.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.raft.NodeId;
import hraftd.raft.RequestTrace;
import hraftd.raft.RequestTrace.Detail;
import hraftd.raft.RequestTrace.Step;
import hraftd.raft.RequestTrace.What;
import hraftd.security.WallClock;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The answers that say which way their request took: {@code ?explain}. */
final class Explained {

  private static final String TOO_MANY =
      "too many requests are being followed: what Raft did is not known";

  private Explained() {}

  /**
   * Nothing, if the request does not ask for it, or it can be done.
   *
   * @throws Problem 501 if the engine does not say what happens to a request
   */
  static void require(Store store, Request request) {
    if (request.trace() != null && !store.consensus().traces()) {
      throw new Problem(Code.NOT_SUPPORTED, "the engine does not say what happens to a request");
    }
  }

  /**
   * An answer with the way of its request, an error too, if the request asks for it; else the very
   * answer. A defect is no answer, and one without a body has no room for it.
   */
  static CompletableFuture<Reply> answer(Request request, CompletableFuture<Reply> answer) {
    RequestTrace trace = request.trace();
    if (trace == null) {
      return answer;
    }
    return answer.handle(
        (reply, failure) -> {
          if (failure == null) {
            return with(reply, trace);
          }
          Problem problem = Problem.of(failure);
          Problem.rethrow(problem.code() == Code.INTERNAL ? failure : null);
          return with(problem.reply(), trace);
        });
  }

  private static Reply with(Reply reply, RequestTrace trace) {
    if (!reply.hasBody()) {
      return reply;
    }
    trace.end();
    List<Step> steps = trace.steps();
    return reply.with("explain", json -> write(json, trace, steps));
  }

  private static void write(JsonGenerator json, RequestTrace trace, List<Step> steps)
      throws IOException {
    json.writeStartObject();
    NodeId self = trace.self();
    if (self != null) {
      json.writeStringField("node", self.id());
    }
    if (trace.role() != null) {
      json.writeStringField("role", word(trace.role()));
    }
    if (trace.isRefused()) {
      json.writeStringField("note", TOO_MANY);
    }
    json.writeArrayFieldStart("steps");
    for (Step step : steps) {
      write(json, step, self);
    }
    json.writeEndArray();
    long took = steps.get(steps.size() - 1).micros() / 1000;
    json.writeStringField("link", "/ui/#at=" + (WallClock.millis() - took));
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Step step, @Nullable NodeId self)
      throws IOException {
    Detail detail = step.detail();
    json.writeStartObject();
    json.writeNumberField("at", step.micros());
    json.writeStringField("step", word(step.what()));
    NodeId by = step.what() == What.ON_DISK ? self : detail.by();
    if (by != null) {
      json.writeStringField("by", by.id());
    }
    if (detail.to() != null) {
      json.writeStringField("to", detail.to().id());
    }
    number(json, "index", detail.index());
    number(json, "term", detail.term());
    number(json, "round", detail.round());
    number(json, "fsync", detail.syncMicros());
    json.writeEndObject();
  }

  private static void number(JsonGenerator json, String name, long value) throws IOException {
    if (value > 0) {
      json.writeNumberField(name, value);
    }
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
