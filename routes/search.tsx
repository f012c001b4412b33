import { HttpError, page } from "fresh";
import { Card } from "../components/Card.tsx";
import { Empty } from "../components/Empty.tsx";
import { Icon } from "../components/Icon.tsx";
import { PageHead } from "../components/PageHead.tsx";
import { matching } from "../components/search/matching.ts";
import { targetsOf } from "../components/search/places.ts";
import { type Result, resultsOf, ResultWords } from "../components/search/ResultList.tsx";
import { Shell } from "../components/Shell.tsx";
import { findRecords } from "../lib/reports/search.ts";
import { define } from "../utils.ts";

const MOST_SIGNS = 100;

export const handler = define.handlers({
  async GET({ state: { person, services: { store, sync } }, url }) {
    const words = url.searchParams.get("q")?.trim() ?? "";
    if (words.length > MOST_SIGNS) throw new HttpError(400, `Search for at most ${MOST_SIGNS} signs.`);
    const hasRun = async (id: number) => await sync.run(id) !== null;
    const found = person ? await findRecords({ store, hasRun }, person, words) : [];
    return page({ words, results: resultsOf(matching(targetsOf(person), words), found) });
  },
});

/** The search as a page: what `Ctrl K` opens, for who has no script or wants the address. */
export default define.page<typeof handler>(function SearchPage({ data: { words, results }, state, url }) {
  const groups = Map.groupBy(results, ({ group }) => group);
  return (
    <Shell state={state} url={url} title="Search">
      <PageHead title="Search">Pages by their names, records by name or number</PageHead>
      <form class="mb-4 flex max-w-xl gap-2" method="get" role="search">
        <label class="input h-9 min-w-0 flex-1">
          <Icon name="search" size={14} />
          <input type="search" name="q" value={words} maxLength={MOST_SIGNS} aria-label="Search" autofocus />
        </label>
        <button class="btn" type="submit">Search</button>
      </form>
      <div class="grid max-w-3xl gap-4">
        {results.length === 0
          ? (
            <Card label="Results">
              <Empty icon="search" title={`Nothing is called “${words}”`}>
                Names and numbers are searched, in any case. What you may not see is not found.
              </Empty>
            </Card>
          )
          : [...groups].map(([group, lines]) => <Group key={group} name={group} lines={lines} />)}
      </div>
    </Shell>
  );
});

function Group({ name, lines }: { name: string; lines: Result[] }) {
  return (
    <Card title={name} flush>
      <ul class="px-[calc(var(--card-pad)-.5rem)] pb-3">
        {lines.map((line) => (
          <li key={line.href}>
            <a class="found" href={line.href}>
              <ResultWords result={line} />
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}
