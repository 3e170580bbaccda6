import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { bookmarks } from "../../src/importers/activity/bookmarks.ts";
import { googleActivity } from "../../src/importers/activity/google-activity.ts";
import { historyList } from "../../src/importers/activity/history-list.ts";
import type { Importer } from "../../src/importers/importer.ts";
import { assertRules } from "./draft-rules.ts";
import { importAll, problemLines, sourceOf } from "./import-all.ts";
import { mutationsOf } from "./mutations.ts";
import { withinSeconds } from "./within-seconds.ts";

function read(importer: Importer, data: string | Uint8Array) {
  const imported = withinSeconds(importer.title, () => importAll(importer, sourceOf("activity", data)));
  assertRules(imported);
  return imported;
}

function told(importer: Importer, data: unknown) {
  const imported = read(importer, typeof data === "string" ? data : JSON.stringify(data));
  assert.deepEqual(problemLines(imported), []);
  return imported.drafts.map(({ kind, content }) => [kind, content]);
}

const time = "2024-06-15T12:00:00.123Z";

describe("Google's activity as JSON", () => {
  it("tells what was watched, searched for, visited, and done otherwise", () => {
    const video = "https://www.youtube.com/watch?v=1";
    const channel = { name: "A channel", url: "https://www.youtube.com/channel/UC1" };
    const records = [
      { header: "YouTube", title: "Watched A title", titleUrl: video, subtitles: [channel], time, products: ["YouTube"] },
      { header: "YouTube", title: "„Ein Titel“ angesehen", titleUrl: video, time: "2024-06-15T13:00:00Z" },
      { header: "YouTube", title: "Watched a video that has been removed", time, details: [{ name: "From Google Ads" }] },
      { header: "Search", title: "Searched for coffee & cake", titleUrl: "https://www.google.com/search?q=coffee+%26+cake&hl=en", time },
      { header: "YouTube", title: "Hledáno: čaj", titleUrl: "https://www.youtube.com/results?search_query=%C4%8Daj", time },
      { header: "Chrome", title: "Visited A page", titleUrl: "https://www.google.com/url?q=https://example.org/a?b%3D1&usg=x", time },
      { header: "Maps", title: "Used Maps", subtitles: [{ name: "2 places" }], time },
    ];
    assert.deepEqual(told(googleActivity, records), [
      ["watch", { title: "A title", url: video, time, product: "YouTube", channel: "A channel", channel_url: channel.url }],
      ["watch", { title: "„Ein Titel“ angesehen", url: video, time: "2024-06-15T13:00:00Z", product: "YouTube" }],
      ["watch", { title: "a video that has been removed", time, product: "YouTube", ad: true }],
      ["search", { title: "coffee & cake", url: "https://www.google.com/search?q=coffee+%26+cake&hl=en", time, product: "Search" }],
      ["search", { title: "čaj", url: "https://www.youtube.com/results?search_query=%C4%8Daj", time, product: "YouTube" }],
      ["visit_page", { title: "A page", url: "https://example.org/a?b=1", time, product: "Chrome" }],
      ["activity", { title: "Used Maps", time, product: "Maps", subtitles: ["2 places"] }],
    ]);
    const { drafts } = read(googleActivity, JSON.stringify(records));
    assert.equal(drafts[0]?.observed_at, Date.UTC(2024, 5, 15, 12, 0, 0, 123));
    assert.match(drafts[0]?.external_id ?? "", /^sha256:[0-9a-f]{64}$/);
  });

  it("names a record by its time and address, so that a new title is a new version", () => {
    const id = (title: string) =>
      read(googleActivity, JSON.stringify([{ header: "YouTube", title, titleUrl: "https://youtube.com/watch?v=1", time }])).drafts[0]
        ?.external_id;
    assert.equal(id("Watched Old"), id("Watched New"));
  });

  it("says which records it can't use", () => {
    const text =
      '[{"header":"x","title":"a","time":"2024-06-15T12:00:00Z"},{"header":"x","time":"x"},{"header":"x","title":"a"},{"header":"x","title":"a,"time":1},{"header":"x","title":"b","time":"2024-06-15T12:00:00Z"}';
    const imported = read(googleActivity, text);
    assert.equal(imported.drafts.length, 2);
    assert.deepEqual(problemLines(imported), [
      "entry 2: has no title: left out",
      "entry 3: has no time: left out",
      "entry 4: can't be read: left out",
      "entry 5: the list has no end: it may be cut short",
    ]);
    assert.deepEqual(problemLines(read(googleActivity, "[]")), ["holds no activities"]);
  });
});

describe("Google's activity as a page", () => {
  const cell = (header: string, ...lines: readonly string[]) =>
    `<div class="outer-cell mdl-cell mdl-cell--12-col mdl-shadow--2dp"><div class="mdl-grid"><div class="header-cell mdl-cell mdl-cell--12-col"><p class="mdl-typography--title">${header}<br></p></div>` +
    `<div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1">${lines.join("<br>")}</div><div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1 mdl-typography--text-right"></div>` +
    `<div class="content-cell mdl-cell mdl-cell--12-col mdl-typography--caption"><b>Products:</b><br>&emsp;${header}<br></div></div></div>`;
  const page = (...cells: readonly string[]) =>
    `<html><head><style>${"p{}".repeat(50_000)}</style></head><body><div class="mdl-grid">${cells.join("\n")}</div></body></html>`;

  it("tells the same, with the time as it was shown", () => {
    const text = page(
      cell(
        "YouTube",
        'Watched&nbsp;<a href="https://www.youtube.com/watch?v=1&amp;t=2">Salt &amp; Pepper</a>',
        '<a href="https://www.youtube.com/channel/UC1">Chän</a>',
        "Jan 31, 2018, 10:54:50\u202fPM PST",
      ),
      cell("Search", 'Searched for&nbsp;<a href="https://www.google.com/search?q=tea">tea</a>', "31 Jan 2018, 22:54:50 GMT+01:00"),
      cell("Chrome", 'Visited&nbsp;<a href="https://example.org/">Example</a>', "Feb 8, 2017, 12:32:39 AM"),
      cell("Maps", "Viewed area around <b>Brno</b>", "8. 2. 2017 0:32:39 SEČ"),
    );
    const imported = read(googleActivity, text);
    assert.deepEqual(problemLines(imported), []);
    assert.deepEqual(
      imported.drafts.map(({ kind, observed_at, content }) => [kind, observed_at, content]),
      [
        [
          "watch",
          Date.UTC(2018, 1, 1, 6, 54, 50),
          {
            ...{
              title: "Salt & Pepper",
              url: "https://www.youtube.com/watch?v=1&t=2",
              time: "2018-01-31T22:54:50-08:00",
              product: "YouTube",
            },
            ...{ channel: "Chän", channel_url: "https://www.youtube.com/channel/UC1" },
          },
        ],
        [
          "search",
          Date.UTC(2018, 0, 31, 21, 54, 50),
          { title: "tea", url: "https://www.google.com/search?q=tea", time: "2018-01-31T22:54:50+01:00", product: "Search" },
        ],
        ["visit_page", undefined, { title: "Example", url: "https://example.org/", time: "2017-02-08T00:32:39", product: "Chrome" }],
        ["activity", undefined, { title: "Viewed area around Brno", time: "8. 2. 2017 0:32:39 SEČ", product: "Maps" }],
      ],
    );
  });

  it("that was cut short keeps what is whole", () => {
    const text = page(
      cell("Chrome", 'Visited&nbsp;<a href="https://example.org/">Example</a>', "Feb 8, 2017, 12:32:39 AM"),
      cell("Chrome", "Visited <a", "Feb 8, 2017"),
    );
    const imported = read(googleActivity, text.slice(0, text.lastIndexOf("Visited") + 4));
    assert.equal(imported.drafts.length, 1);
    assert.deepEqual(problemLines(imported), ["entry 2: can't be read: it may be cut short: left out"]);
  });
});

describe("plain lists", () => {
  it("tell what was watched and searched for", () => {
    assert.deepEqual(
      told(historyList, {
        history: [
          { title: "A talk", date: "2025-11-23" },
          { title: "A page", url: "https://example.org", date: "2025-11-24" },
        ],
      }),
      [
        ["watch", { title: "A talk", time: "2025-11-23" }],
        ["visit_page", { title: "A page", url: "https://example.org", time: "2025-11-24" }],
      ],
    );
    const { drafts } = read(historyList, JSON.stringify({ searches: [{ query: "tea", timestamp: "2025-11-23T07:30:00Z" }] }));
    assert.deepEqual(
      [drafts[0]?.kind, drafts[0]?.observed_at, drafts[0]?.content],
      ["search", Date.UTC(2025, 10, 23, 7, 30), { title: "tea", time: "2025-11-23T07:30:00Z" }],
    );
    assert.deepEqual(problemLines(read(historyList, JSON.stringify({ history: [{ date: "2025-11-23" }, { title: "x", date: "soon" }] }))), [
      "entry 1: has neither title nor query: left out",
      "entry 2: has no time: left out",
    ]);
  });
});

describe("bookmarks", () => {
  const file = (...lines: readonly string[]) =>
    [
      "<!DOCTYPE NETSCAPE-Bookmark-file-1>",
      "<!-- This is an automatically generated file. -->",
      "<TITLE>Bookmarks</TITLE>",
      "<H1>Bookmarks</H1>",
      "<DL><p>",
      ...lines,
      "</DL><p>",
      "",
    ].join("\n");

  it("have titles, addresses, folders, tags, notes and the time they were made", () => {
    const text = file(
      '<DT><H3 ADD_DATE="1" PERSONAL_TOOLBAR_FOLDER="true">Bar &amp; more</H3>',
      "<DL><p>",
      '<DT><A HREF="https://example.org/?a=1&amp;b=2" ADD_DATE="1718452800" LAST_MODIFIED="1718452801" ICON="data:image/png;base64,AA>A==" TAGS="news, tea">Příklad &lt;1&gt;</A>',
      "<DD>A note,",
      "in two lines",
      "<DT><H3>Inner</H3>",
      "<DL><p>",
      "<DT><a href=https://example.com add_date='1718452800000000'></a>",
      "</DL><p>",
      '<DT><A HREF="place:sort=8">Most visited</A>',
      "</DL><p>",
      '<DT><A HREF="https://example.net">Loose</A>',
    );
    const { drafts, problems } = read(bookmarks, text);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      drafts.map(({ external_id, kind, observed_at, content }) => [external_id, kind, observed_at, content]),
      [
        [
          "https://example.org/?a=1&b=2",
          "bookmark",
          1_718_452_800_000,
          {
            ...{ title: "Příklad <1>", url: "https://example.org/?a=1&b=2", time: "2024-06-15T12:00:00Z" },
            ...{ folders: ["Bar & more"], tags: ["news", "tea"], note: "A note, in two lines" },
          },
        ],
        [
          "https://example.com",
          "bookmark",
          1_718_452_800_000,
          { title: "https://example.com", url: "https://example.com", time: "2024-06-15T12:00:00Z", folders: ["Bar & more", "Inner"] },
        ],
        ["https://example.net", "bookmark", undefined, { title: "Loose", url: "https://example.net" }],
      ],
    );
  });

  it("in two folders are two, the same twice is one", () => {
    const one = '<DT><A HREF="https://example.org">A</A>';
    const { drafts } = read(bookmarks, file(one, one, "<DT><H3>F</H3>", "<DL><p>", one, "</DL><p>"));
    assert.equal(drafts.length, 2);
    assert.match(drafts[1]?.external_id ?? "", /^https:\/\/example\.org#[0-9a-f]{16}$/);
  });

  it("say what can't be used, with its line", () => {
    const text = file("<DT><A>no address</A>", '<DT><A HREF="https://example.org">A</A>');
    assert.deepEqual(problemLines(read(bookmarks, text)), ["line 6: the bookmark has no address: left out"]);
    assert.deepEqual(problemLines(read(bookmarks, `${text.slice(0, text.indexOf("</DL>"))}<DT><A HREF="https://`)), [
      "line 6: the bookmark has no address: left out",
      "line 8: the file ends inside a bookmark: left out",
      "a folder has no end: the file may be cut short",
    ]);
    assert.deepEqual(problemLines(read(bookmarks, file())), ["holds no activities"]);
  });
});

describe("a damaged file of activities", () => {
  const samples: readonly { readonly importer: Importer; readonly text: string }[] = [
    {
      importer: googleActivity,
      text: JSON.stringify([
        { header: "YouTube", title: "Watched é", titleUrl: "https://www.youtube.com/watch?v=1", time, subtitles: [{ name: "c" }] },
        { header: "a", title: "b", time },
      ]),
    },
    {
      importer: googleActivity,
      text: '<html><div class="outer-cell mdl-cell"><p class="mdl-typography--title">a</p><div class="content-cell mdl-typography--body-1">Visited&nbsp;<a href="https://a.b">é</a><br>Feb 8, 2017, 12:32:39 AM</div></div>',
    },
    {
      importer: historyList,
      text: JSON.stringify({ history: [{ title: "é", date: "2025-11-23" }], searches: [{ query: "b", timestamp: time }] }),
    },
    {
      importer: bookmarks,
      text: '<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><p><DT><H3>é</H3><DL><p><DT><A HREF="https://a.b" ADD_DATE="1718452800" TAGS="a">b</A><DD>c</DL><p></DL><p>',
    },
  ];
  for (const { importer, text } of samples) {
    it(`never breaks the contract: ${importer.title} ${text.slice(0, 5)}`, () => {
      assert.ok(importer.recognises(sourceOf("", text)));
      assert.ok(read(importer, text).drafts.length > 0);
      fc.assert(
        fc.property(mutationsOf(Buffer.from(text)), (bytes) => {
          read(importer, bytes);
        }),
        { seed: 65, numRuns: 300 },
      );
    });
  }

  const start = "<!DOCTYPE NETSCAPE-Bookmark-file-1>";
  const hostile: readonly { readonly name: string; readonly importer: Importer; readonly text: string }[] = [
    { name: "200,000 folders inside one another", importer: bookmarks, text: `${start}${"<DL>".repeat(200_000)}` },
    { name: "200,000 open quotes", importer: bookmarks, text: `${start}${'<A HREF="'.repeat(200_000)}` },
    { name: "a title of megabytes", importer: bookmarks, text: `${start}<A HREF="a">${"x ".repeat(2_000_000)}` },
    { name: "100,000 notes", importer: bookmarks, text: `${start}<A HREF="a">b</A>${"<DD>".repeat(100_000)}` },
    {
      name: "30,000 bookmarks",
      importer: bookmarks,
      text: `${start}${Array.from({ length: 30_000 }, (_, index) => `<DT><A HREF="https://a.b/${index}">t</A>\n`).join("")}`,
    },
    { name: "100,000 empty records", importer: googleActivity, text: `<html>${'<div class="outer-cell mdl-cell">'.repeat(100_000)}` },
    {
      name: "a record of megabytes",
      importer: googleActivity,
      text: `<html><div class="outer-cell mdl-cell"><div class="content-cell mdl-typography--body-1">${"<br>x<a ".repeat(500_000)}`,
    },
    {
      name: "30,000 records",
      importer: googleActivity,
      text: JSON.stringify(
        Array.from({ length: 30_000 }, (_, index) => ({
          header: "a",
          title: `${index}`,
          titleUrl: "https://www.google.com/url?q=x",
          time,
        })),
      ),
    },
  ];
  for (const { name, importer, text } of hostile) {
    it(`is survived when it was made to take long: ${name}`, () => {
      read(importer, text);
    });
  }

  it("of another kind is not taken for one", () => {
    const others = [
      "[]",
      '[{"header":1}]',
      "<html><body>outer-cell</body></html>",
      '{"history":[]}',
      '{"history":[{"role":"user","content":"x"}]}',
      '{"searches":[{"title":"x"}]}',
      "<!DOCTYPE html>",
      "",
    ];
    for (const text of others)
      for (const importer of [googleActivity, historyList, bookmarks]) assert.ok(!importer.recognises(sourceOf("", text)), text);
  });
});
