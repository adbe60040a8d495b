/**
 * Writes the content-security policy of `isinglass lab` into the page, so that it holds on any host. The development server
 * puts style sheets into the page as elements, which the built page forbids.
 */
import type { Plugin } from "vite";
import { PAGE_POLICY } from "../../src/cli/lab/policy.ts";

/** Puts the policy first in the head. */
export function policyPlugin(): Plugin {
  return {
    name: "content-security-policy",
    transformIndexHtml: (_html, { server }) => [
      {
        tag: "meta",
        attrs: {
          "http-equiv": "Content-Security-Policy",
          content:
            server === undefined
              ? PAGE_POLICY
              : PAGE_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
        },
        injectTo: "head-prepend",
      },
    ],
  };
}
