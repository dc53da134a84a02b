import { marked } from "marked";
import { useMemo } from "react";

import { Avatar } from "./Avatar";
import { formatRelative } from "../lib/dates";

export interface Comment {
  id: string;
  author: { name: string; avatarUrl: string };
  markdown: string;
  createdAt: string;
}

interface Props {
  comment: Comment;
  onQuote: (comment: Comment) => void;
}

export function TicketComment({ comment, onQuote }: Props) {
  const html = useMemo(
    () => marked.parse(comment.markdown, { async: false, breaks: true }) as string,
    [comment.markdown],
  );

  return (
    <article className="ticket-comment" id={`comment-${comment.id}`}>
      <header>
        <Avatar name={comment.author.name} src={comment.author.avatarUrl} />
        <strong>{comment.author.name}</strong>
        <time dateTime={comment.createdAt}>{formatRelative(comment.createdAt)}</time>
      </header>
      <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />
      <button type="button" onClick={() => onQuote(comment)}>
        Quote
      </button>
    </article>
  );
}
