import { Head } from "fresh/runtime";
import type { ComponentChildren } from "preact";
import { Logo } from "../Logo.tsx";

export interface AccountPageProps {
  title: string;
  /** One muted line below the title. */
  lead?: ComponentChildren;
  children: ComponentChildren;
}

/** The frame of pages for people who are not signed in: one card in the middle, nothing about the company. */
export function AccountPage({ title, lead, children }: AccountPageProps) {
  return (
    <div class="grid min-h-dvh grid-rows-[1fr_auto_2fr] px-4 py-8">
      <Head>
        <title>{`${title} · Tidemark`}</title>
      </Head>
      <main class="row-start-2 mx-auto w-full max-w-[25rem]" id="main">
        <p class="mb-6 flex items-center justify-center gap-2.5 text-base font-semibold">
          <Logo size={32} />
          Tidemark
        </p>
        <section class="card p-6 sm:p-8">
          <h1 class="text-title">{title}</h1>
          {lead && <p class="mt-1 text-list text-muted">{lead}</p>}
          {children}
        </section>
      </main>
    </div>
  );
}
