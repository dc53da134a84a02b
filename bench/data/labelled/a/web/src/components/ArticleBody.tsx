import DOMPurify from "dompurify";
import { marked } from "marked";
import { useMemo } from "react";

export interface Article {
  title: string;
  markdown: string;
  sourceUrl: string | null;
}

function renderMarkdown(markdown: string): string {
  const html = marked.parse(markdown, { async: false }) as string;
  return DOMPurify.sanitize(html, { USE_PROFILES: { html: true } });
}

function webLink(address: string | null): string | null {
  if (address === null) {
    return null;
  }
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

export function ArticleBody({ article }: { article: Article }) {
  const html = useMemo(() => renderMarkdown(article.markdown), [article.markdown]);
  const source = webLink(article.sourceUrl);

  return (
    <article>
      <h2>{article.title}</h2>
      <div className="prose" dangerouslySetInnerHTML={{ __html: html }} />
      {source !== null && (
        <a href={source} target="_blank" rel="noopener noreferrer">
          Source
        </a>
      )}
    </article>
  );
}
