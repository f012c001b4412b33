import { HttpError } from "fresh";
import { Head } from "fresh/runtime";
import { Icon, type IconName } from "../components/Icon.tsx";
import { Logo } from "../components/Logo.tsx";
import { Shell } from "../components/Shell.tsx";
import { define } from "../utils.ts";

interface Words {
  title: string;
  text: string;
  icon: IconName;
}

/** Every page that could not be made: what is wrong, and a way on. It says nothing of a fault's inside; the log has it. */
export default define.page(function ErrorPage({ error, state, url }) {
  const words = wordsOf(error);
  const content = (
    <div class="flex flex-col items-center px-4 py-16 text-center">
      <Icon name={words.icon} size={28} class="text-muted" />
      <h1 class="mt-4 text-title">{words.title}</h1>
      <p class="mt-2 max-w-md text-muted text-balance">{words.text}</p>
      <p class="mt-5 flex gap-2">
        <a class="btn" href="/">Home</a>
        {isOurs(error) && <a class="btn btn-primary" href="">Try again</a>}
      </p>
    </div>
  );
  // an error may come before the middleware that knows who asks: then there is no navigation to show
  if (state.person && state.tide && state.services) {
    return <Shell state={state} url={url} title={words.title}>{content}</Shell>;
  }
  return (
    <main class="mx-auto max-w-xl pt-16" id="main">
      <Head>
        <title>{`${words.title} · Tidemark`}</title>
      </Head>
      <p class="flex justify-center">
        <Logo size={36} />
      </p>
      {content}
    </main>
  );
});

/** True where trying again may help: the fault is on this side. */
const isOurs = (error: unknown) => !(error instanceof HttpError) || error.status >= 500;

function wordsOf(error: unknown): Words {
  const status = error instanceof HttpError ? error.status : 500;
  // our own refusals come with a sentence; a status text ("Not Found") is none
  const own = error instanceof HttpError && /[.!?]$/.test(error.message) ? error.message : null;
  switch (status) {
    case 404:
      return {
        title: "There is no such page",
        text: own ?? "The address may be mistyped, or what it led to is gone.",
        icon: "search",
      };
    case 403:
      return {
        title: "This is not open to you",
        text: own ?? "A permission is missing. An admin can grant it.",
        icon: "lock",
      };
    case 405:
      return {
        title: "This cannot be done here",
        text: own ?? "The page exists, but does not take this kind of request.",
        icon: "info",
      };
    case 503:
      return {
        title: "Not possible just now",
        text: own ?? "A part that this page needs does not answer. Nothing is lost.",
        icon: "clock",
      };
  }
  if (status < 500) {
    return { title: "The request is not understood", text: own ?? "Go back and try it another way.", icon: "info" };
  }
  return {
    title: "This page could not be made",
    text: "Something went wrong on our side. It is in the log with its time; nothing was changed by it.",
    icon: "octagon",
  };
}
