/** The inspector begins: the token out of the address, the theme before the first paint, then the page. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { setConnection } from "./api/connection.ts";
import { followNode } from "./api/live.ts";
import { takeToken, token } from "./api/session.ts";
import { App } from "./app.tsx";
import { readTheme, setTheme } from "./shell/theme.ts";
import "./style/tokens.css";
import "./style/base.css";

takeToken();
setTheme(readTheme());
history.scrollRestoration = "manual";
if (token() === null) setConnection("closed");

const root = document.querySelector("#app");
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
void followNode(new AbortController().signal);
