import type { RouteManifest } from "../lib/http/mod.ts";
import App from "./_app.tsx";
import errorPage from "./_error.tsx";
import middleware from "./_middleware.ts";
import canDiagnostics from "./api/can/diagnostics.ts";
import canFrames from "./api/can/frames.ts";
import canInterfaces from "./api/can/interfaces.ts";
import canNodes from "./api/can/nodes.ts";
import canRecordings from "./api/can/recordings.ts";
import canUnknown from "./api/can/unknown.ts";
import docs from "./api/docs.tsx";
import entityCommands from "./api/entities/[id]/commands.ts";
import entityApi from "./api/entities/[id].ts";
import entitiesApi from "./api/entities.ts";
import can from "./can.tsx";
import entityPage from "./entities/[id].tsx";
import entities from "./entities.tsx";
import health from "./health.ts";
import healthz from "./healthz.ts";
import home from "./index.tsx";
import readyz from "./readyz.ts";

/** Every route, written out: a compiled program cannot look for files. A test compares it with the folder. */
export const routes: RouteManifest = {
  app: App,
  middleware,
  error: errorPage,
  pages: [
    { path: "/", page: home },
    { path: "/entities", page: entities },
    { path: "/entities/:id", page: entityPage },
    { path: "/can", page: can },
    { path: "/api/docs", page: docs },
  ],
  api: [
    entitiesApi,
    entityApi,
    entityCommands,
    canInterfaces,
    canFrames,
    canUnknown,
    canNodes,
    canDiagnostics,
    canRecordings,
    health,
    healthz,
    readyz,
  ],
};
