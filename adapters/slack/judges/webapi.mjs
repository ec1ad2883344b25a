// Calls the Web API with Slack's own client and says how each call ended. The
// calls come in CALLS: a list of [name, method, arguments, wishes].
import { WebClient } from "@slack/web-api";

const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => "error", setName() {} };
const client = new WebClient(process.env.BOT_TOKEN, {
  slackApiUrl: process.env.API_URL,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  logger: quiet,
});

const results = {};
// fill puts what an earlier call answered into the arguments: "$post.ts".
const fill = (v) => {
  if (typeof v === "string" && v.startsWith("$")) {
    return v.slice(1).split(".").reduce((o, key) => o?.[key], results);
  }
  return v;
};

for (const [name, method, given, wishes] of JSON.parse(process.env.CALLS)) {
  const args = Object.fromEntries(Object.entries(given ?? {}).map(([key, value]) => [key, fill(value)]));
  try {
    if (wishes?.pages) {
      let n = 0;
      for await (const page of client.paginate(method, args)) n += page[wishes.pages].length;
      results[name] = { ok: true, n };
    } else {
      results[name] = await client.apiCall(method, args);
    }
  } catch (e) {
    results[name] = { ok: false, code: e.code, status: e.statusCode, after: e.retryAfter, data: e.data, message: e.message };
  }
}
console.log(JSON.stringify({ kind: "results", results }));
