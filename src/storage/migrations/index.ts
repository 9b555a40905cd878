import { agentOutages } from "./agent-outages.ts";
import { alerts } from "./alerts.ts";
import { conversationMap } from "./conversation-map.ts";
import { deadLetters } from "./dead-letters.ts";
import { exchanges } from "./exchanges.ts";
import { gatewaySessions } from "./gateway-sessions.ts";
import { heard } from "./heard.ts";
import { heardRevisions } from "./heard-revisions.ts";
import { installations } from "./installations.ts";
import { lateAnswers } from "./late-answers.ts";
import { olderClaims } from "./older-claims.ts";
import { processDeaths } from "./process-deaths.ts";
import { provenance } from "./provenance.ts";
import { queueRoundTrips } from "./queue-round-trips.ts";
import { quietRuns } from "./quiet-runs.ts";
import { recordChanges } from "./record-changes.ts";
import { records } from "./records.ts";
import { saidIndex } from "./said-index.ts";
import { servedLanes } from "./served-platforms.ts";
import { tenants } from "./tenants.ts";
import { turnOutcomes } from "./turn-outcomes.ts";
import { lanes } from "./turn-queue.ts";
import { turns } from "./turns.ts";
import { usage } from "./usage.ts";

/**
 * In the order they run. A migration that was released is never rewritten: what comes later is a line of its own.
 * They are modules and not files to be found, so that the sources and the build have the same.
 */
export const migrations: readonly { readonly name: string; readonly sql: string }[] = [
  { name: "records", sql: records },
  { name: "conversation map", sql: conversationMap },
  { name: "lanes", sql: lanes },
  { name: "turns", sql: turns },
  { name: "exchanges", sql: exchanges },
  { name: "installations", sql: installations },
  { name: "dead letters", sql: deadLetters },
  { name: "provenance", sql: provenance },
  { name: "tenants", sql: tenants },
  { name: "served lanes", sql: servedLanes },
  { name: "gateway sessions", sql: gatewaySessions },
  { name: "usage", sql: usage },
  { name: "agent outages", sql: agentOutages },
  { name: "said index", sql: saidIndex },
  { name: "late answers", sql: lateAnswers },
  { name: "process deaths", sql: processDeaths },
  { name: "heard revisions", sql: heardRevisions },
  { name: "alerts", sql: alerts },
  { name: "heard", sql: heard },
  { name: "older claims", sql: olderClaims },
  { name: "quiet runs", sql: quietRuns },
  { name: "turn outcomes", sql: turnOutcomes },
  { name: "record changes", sql: recordChanges },
  { name: "queue round trips", sql: queueRoundTrips },
];
