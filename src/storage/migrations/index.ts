import { deadLetters } from "./queue/dead-letters.ts";
import { heardRevisions } from "./queue/heard-revisions.ts";
import { olderClaims } from "./queue/older-claims.ts";
import { processDeaths } from "./queue/process-deaths.ts";
import { queueRoundTrips } from "./queue/queue-round-trips.ts";
import { servedLanes } from "./queue/served-platforms.ts";
import { lanes } from "./queue/turn-queue.ts";
import { alerts } from "./records/alerts.ts";
import { conversationMap } from "./records/conversation-map.ts";
import { exchanges } from "./records/exchanges.ts";
import { gatewaySessions } from "./records/gateway-sessions.ts";
import { heard } from "./records/heard.ts";
import { installations } from "./records/installations.ts";
import { lateAnswers } from "./records/late-answers.ts";
import { provenance } from "./records/provenance.ts";
import { recordChanges } from "./records/record-changes.ts";
import { records } from "./records/records.ts";
import { tenants } from "./records/tenants.ts";
import { agentOutages } from "./turns/agent-outages.ts";
import { quietRuns } from "./turns/quiet-runs.ts";
import { saidIndex } from "./turns/said-index.ts";
import { turnOutcomes } from "./turns/turn-outcomes.ts";
import { turns } from "./turns/turns.ts";
import { usage } from "./turns/usage.ts";

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
