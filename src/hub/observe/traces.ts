/**
 * Spans of a request: request → handler → store → news. By OpenTelemetry's API alone: whoever runs the hub brings an SDK along, or
 * there are none. Attributes say what kind of thing was done, never to what.
 */
import { type Attributes, type Context, context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

export interface Traces {
  /** Runs `work` in a span, a child of the one around it. */
  span<Result>(name: string, attributes: Attributes, work: (span: Span) => Promise<Result>): Promise<Result>;
  /** The same, for what came from outside: a child of what `traceparent` names, where that is believed. */
  entry<Result>(name: string, traceparent: string | null, work: (span: Span) => Promise<Result>): Promise<Result>;
}

export interface TraceOptions {
  /** Whether a proxy in front sets `traceparent`, and takes out what others send. */
  readonly trustTraceparent: boolean;
}

export function hubTraces({ trustTraceparent }: TraceOptions): Traces {
  const run = async <Result>(span: Span, around: Context, work: (span: Span) => Promise<Result>) => {
    try {
      return await context.with(trace.setSpan(around, span), () => work(span));
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR }); // not its message, which may quote what it failed on
      throw error;
    } finally {
      span.end();
    }
  };
  // Asked for each time: an SDK may come after this was made.
  const tracer = () => trace.getTracer("fablepool.hub");
  return {
    span: (name, attributes, work) => run(tracer().startSpan(name, { attributes }), context.active(), work),
    entry: (name, traceparent, work) => {
      const around = (trustTraceparent && parentOf(traceparent)) || ROOT_CONTEXT;
      return run(tracer().startSpan(name, { kind: SpanKind.SERVER }, around), around, work);
    },
  };
}

/** W3C Trace Context, version 00; null for what is none. */
function parentOf(traceparent: string | null): Context | null {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? "") ?? [];
  if (!traceId || !spanId || !flags || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true });
}
