/**
 * Asynchronous requests: `Prefer: respond-async` answers 202 with a job, which is done a while later and keeps the real
 * answers. Idempotency keys count here and nowhere else.
 */
import { badRequest, notFound, resource } from "../answers.ts";
import { seeded } from "../faults.ts";

export const ASYNC_PATH = "/services/rest/async/v1/job";

/** One operation of a job. Answers as the synchronous request would. */
export type Operation = () => Promise<Response>;

interface Task {
  operation: Operation;
  answer: { status: number; location: string | null; body: string; type: string | null } | null;
}

interface Job {
  id: number;
  dueMs: number;
  tasks: Task[];
  isCollection: boolean;
}

/** The jobs of one account. */
export class Jobs {
  private readonly jobs = new Map<number, Job>();
  private readonly keys = new Map<string, number>();
  private last = 0;
  private working: Promise<void> = Promise.resolve();
  private readonly random = seeded(7);

  /** @param now the account's clock @param delayMs how long a job waits before it is worked */
  constructor(private readonly now: () => Date, private readonly delayMs: () => number) {}

  /**
   * Takes a request in.
   *
   * @param key value of `X-NetSuite-Idempotency-Key`
   * @param base the URL up to the host
   * @param isCollection whether the operations are the records of a batch
   */
  submit(operations: Operation[], key: string | null, base: string, isCollection: boolean): Response {
    if (key !== null) {
      const known = this.keys.get(key);
      if (known !== undefined) {
        const clash = badRequest({
          detail: "A request with the same idempotency key is already submitted. See the Location header for the job.",
          "o:errorCode": "IDEMPOTENCY_ERROR",
        });
        clash.headers.set("location", `${base}${ASYNC_PATH}/${known}`);
        return clash;
      }
    }
    const id = ++this.last;
    if (key !== null) this.keys.set(key, id);
    const wait = this.delayMs() * (0.5 + this.random());
    this.jobs.set(id, {
      id,
      dueMs: this.now().getTime() + wait,
      tasks: operations.map((operation) => ({ operation, answer: null })),
      isCollection,
    });
    return new Response(null, {
      status: 202,
      headers: { location: `${base}${ASYNC_PATH}/${id}`, "preference-applied": "respond-async" },
    });
  }

  /** Works every job that is due, in order. Called before anything looks at the data. */
  settle(): Promise<void> {
    const due = [...this.jobs.values()].filter((job) =>
      job.dueMs <= this.now().getTime() && job.tasks.some((task) => !task.answer)
    );
    if (due.length === 0) return this.working;
    this.working = this.working.then(async () => {
      for (const job of due) {
        for (const task of job.tasks) {
          if (task.answer) continue;
          const response = await task.operation();
          task.answer = {
            status: response.status,
            location: response.headers.get("location"),
            body: await response.text(),
            type: response.headers.get("content-type"),
          };
        }
      }
    });
    return this.working;
  }

  /** Answers GET below {@link ASYNC_PATH}. `rest` is the path behind it, `base` the URL up to the host. */
  async answer(rest: string, base: string): Promise<Response> {
    await this.settle();
    const [, idText = "", word, number, last, ...more] = rest.split("/");
    const job = this.jobs.get(Number(idText));
    const here = `${base}${ASYNC_PATH}/${idText}`;
    const missing = () => notFound(`/async/v1/job${rest}`);
    if (!job || more.length) return missing();
    const isDone = job.tasks.every((task) => task.answer);
    const progress = (task: Task) => !task.answer ? "pending" : task.answer.status < 300 ? "succeeded" : "failed";
    const singular = (body: object) => resource(JSON.stringify(body), "singular");
    if (word === undefined) {
      return singular({
        links: [{ rel: "self", href: here }],
        id: String(job.id),
        completed: isDone,
        progress: !isDone ? "pending" : job.tasks.every((t) => progress(t) === "succeeded") ? "succeeded" : "failed",
        task: { links: [{ rel: "self", href: `${here}/task` }] },
      });
    }
    if (word !== "task") return missing();
    if (number === undefined) {
      const items = job.tasks.map((task, index) => ({
        links: [{ rel: "self", href: `${here}/task/${index + 1}` }],
        id: String(index + 1),
        completed: task.answer !== null,
        progress: progress(task),
      }));
      return resource(
        JSON.stringify({
          links: [{ rel: "self", href: `${here}/task` }],
          count: items.length,
          hasMore: false,
          items,
          offset: 0,
          totalResults: items.length,
        }),
        "collection",
      );
    }
    const task = job.tasks[Number(number) - 1];
    if (!task) return missing();
    if (last === undefined) {
      return singular({
        links: [{ rel: "self", href: `${here}/task/${number}` }],
        id: number,
        completed: task.answer !== null,
        progress: progress(task),
        result: { links: [{ rel: "self", href: `${here}/task/${number}/result` }] },
      });
    }
    if (last !== "result" || !task.answer) return missing();
    const { status, location, body, type } = task.answer;
    const headers = new Headers();
    if (location) headers.set("location", location);
    if (type) headers.set("content-type", type);
    return new Response(status === 204 ? null : body, { status, headers });
  }
}
