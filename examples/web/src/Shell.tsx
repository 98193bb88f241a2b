import type { ReactNode } from "react";

const links = [
  ["/", "Book a call"],
  ["/subscribe", "Subscribe"],
  ["/join/lawyer", "For lawyers"],
  ["/join/chatter", "Join us"],
] as const;

/** What all pages share: the name, the ways to the others, and the frame around the content. */
export function Shell({ path, children }: { path: string; children: ReactNode }) {
  return (
    <>
      <a className="skip" href="#content">
        To the content
      </a>
      <header>
        <a href="/" className="brand">
          Lawyers abroad
        </a>
        <nav aria-label="Pages">
          {links.map(([to, label]) => (
            <a key={to} href={to} aria-current={path === to ? "page" : undefined}>
              {label}
            </a>
          ))}
        </nav>
      </header>
      <main id="content">{children}</main>
    </>
  );
}
