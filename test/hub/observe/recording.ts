/** What an operator's OpenTelemetry SDK would be given: all spans, kept in a list, and the contexts around them. */
import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Attributes,
  type Context,
  type ContextManager,
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanStatus,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";

export interface Recorded {
  readonly name: string;
  readonly own: SpanContext;
  readonly parent: SpanContext | undefined;
  readonly attributes: Attributes;
  status: SpanStatus;
  ended: boolean;
}

/** Registers it for this process. */
export function recordSpans(): Recorded[] {
  const spans: Recorded[] = [];
  let made = 0;
  const tracer: Tracer = {
    startSpan(name, options, around = context.active()) {
      const parent = trace.getSpanContext(around);
      made++;
      const own = {
        traceId: parent?.traceId ?? made.toString(16).padStart(32, "0"),
        spanId: made.toString(16).padStart(16, "0"),
        traceFlags: 1,
      };
      const recorded: Recorded = {
        name,
        own,
        parent,
        attributes: { ...options?.attributes },
        status: { code: SpanStatusCode.UNSET },
        ended: false,
      };
      spans.push(recorded);
      return spanOf(recorded);
    },
    startActiveSpan: (() => {
      throw new TypeError("not used");
    }) as Tracer["startActiveSpan"],
  };
  context.setGlobalContextManager(contexts());
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  return spans;
}

function spanOf(recorded: Recorded): Span {
  const span: Span = {
    spanContext: () => recorded.own,
    setAttribute: (name, value) => {
      recorded.attributes[name] = value;
      return span;
    },
    setAttributes: (attributes) => {
      Object.assign(recorded.attributes, attributes);
      return span;
    },
    addEvent: () => span,
    addLink: () => span,
    addLinks: () => span,
    setStatus: (status) => {
      recorded.status = status;
      return span;
    },
    updateName: () => span,
    end: () => {
      recorded.ended = true;
    },
    isRecording: () => true,
    recordException: () => undefined,
  };
  return span;
}

function contexts(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (around, work, self, ...values) => storage.run(around, () => work.apply(self, values)),
    bind: (_around, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}
