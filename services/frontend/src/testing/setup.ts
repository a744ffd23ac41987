import "@testing-library/jest-dom/vitest";
import "@/app/i18n";
import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll } from "vitest";
import { server } from "./server";

// Pages load when first visited, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 8_000 });

/** jsdom draws nothing; a context that takes every call stands in, and what a person reads is asserted instead. */
function silentContext(canvas: HTMLCanvasElement) {
  const answers: Record<string, unknown> = { canvas, measureText: () => ({ width: 40 }) };
  return new Proxy(answers, {
    get: (known, name: string) => known[name] ?? (() => undefined),
    set: () => true,
  });
}

Object.assign(HTMLCanvasElement.prototype, {
  getContext(this: HTMLCanvasElement) {
    return silentContext(this);
  },
});
class Nothing {
  observe() {}
  unobserve() {}
  disconnect() {}
}
class NoPath {
  moveTo() {}
  lineTo() {}
  rect() {}
  arc() {}
  roundRect() {}
  closePath() {}
  addPath() {}
  bezierCurveTo() {}
}
Object.assign(globalThis, { ResizeObserver: Nothing, IntersectionObserver: Nothing, Path2D: NoPath });
Object.defineProperty(navigator, "language", { value: "en-GB" });
Object.assign(window, {
  matchMedia: (query: string) => ({
    media: query,
    matches: false,
    addEventListener() {},
    removeEventListener() {},
    addListener() {},
    removeListener() {},
  }),
  scrollTo() {},
});
Element.prototype.scrollIntoView = () => {};

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => {
  cleanup();
  server.resetHandlers();
  localStorage.clear();
});
afterAll(() => server.close());
