/** Pastimes by the words that tell of them. A list of what many people do, in English. */
export interface Activity {
  readonly label: string;
  readonly pattern: RegExp;
  /** Moves the body. */
  readonly sport: boolean;
}

/** label: forms as a regular expression. Those of one word that English also uses otherwise ask for what stands beside it. */
const sports: Readonly<Record<string, string>> = {
  running:
    "jog(?:ging|ged|s)?|(?:morning|evening|night|long|trail|recovery|tempo|easy|interval|taper|fun|charity|group|training) runs?|went (?:for a run|running)|go(?:ing|es)? (?:for a run|running)|running (?:club|group|buddy|partner|training|plan|shoes|race|watch|log|route|pace)|(?:half |full )?marathons?|parkrun|\\d+(?:\\.\\d+)? ?-?k(?:m|ilomet(?:er|re)s?)? (?:run|race|jog)|(?:enjoy|love|like|resume[ds]?|keep|started|of) running(?! (?:an?|the|my|our|your|his|her|its|their|this|that|own|out|late|low|into|around|errands|from|for)\\b)|runner['’]s",
  walking: "(?:brisk|recovery|morning|evening|long|daily) walk(?:s|ing)?|went for a walk|nordic walking|power walking",
  hiking: "hik(?:e|es|ed|ing|er)|trekk(?:ing|ed)|mountaineering|backpacking",
  cycling: "cycling|bike rides?|biking|bicycl(?:e rides?|ing)|mountain bik(?:e|ing)|road bik(?:e|ing)|spinning class",
  swimming: "swimming|swim (?:training|session|class|lesson|team|laps?)|went for a swim|swam",
  yoga: "yoga|pilates",
  "strength training": "strength training|weight ?lifting|lifting weights|bodybuilding|core training|crossfit|resistance training",
  "physical exercise":
    "work(?:ed|ing)? ?out|workouts?|gym session|at the gym|to the gym|fitness (?:class|plan|training|club|goal|center|centre)|physical exercise|exercis(?:e|ed|ing) (?:routine|regularly|plan|session|class)|calisthenics",
  squash: "squash(?! soup)",
  tennis: "(?<!table )tennis",
  "table tennis": "table tennis|ping[- ]pong",
  badminton: "badminton",
  padel: "padel",
  golf: "golf(?:ing)?",
  football: "football|soccer|five-a-side|futsal",
  basketball: "basketball|shooting hoops",
  volleyball: "volleyball",
  rugby: "rugby",
  cricket: "cricket (?:match|practice|team|club|bat)|play(?:ed|ing)? cricket",
  hockey: "hockey",
  baseball: "baseball|softball",
  handball: "handball",
  bowling: "bowling",
  climbing: "(?:rock |indoor |wall |sport )climbing|bouldering|climbing (?:gym|wall|session|club)",
  skiing: "skiing|ski (?:trip|holiday|resort|slope)s?|snowboard(?:ing)?|cross-country ski",
  "ice skating": "ice[- ]skating|figure skating",
  skateboarding: "skateboard(?:ing)?|roller ?skating|inline skating|rollerblad(?:e|ing)",
  surfing: "surf(?:ed|ing) (?:lesson|trip|session)?|windsurfing|kitesurfing|paddle ?boarding",
  sailing: "sailing|yachting",
  rowing: "rowing(?: club| machine| session)?",
  kayaking: "kayak(?:ing|ed)?|canoe(?:ing)?",
  diving: "scuba|snorkell?ing|free ?diving|scuba diving",
  "martial arts":
    "martial arts?|karate|judo|taekwondo|jiu[- ]?jitsu|aikido|kung fu|kickboxing|muay thai|tai ?chi|boxing (?:class|training|gym)|fencing (?:class|club|training)",
  "horse riding": "horse(?:back)? riding|equestrian|riding lesson",
  dancing: "dancing|(?:salsa|tango|ballet|ballroom|square|swing|folk|hip[- ]hop) (?:class|dance|dancing|lesson)|zumba",
  triathlon: "triathlon|ironman",
};

const others: Readonly<Record<string, string>> = {
  "kite flying": "(?:fly(?:ing)?|flew|flown|fly the|flying the) (?:a |the |our |my |his |some )?(?:\\w+ )?kites?|kite[- ]flying",
  fishing: "fishing|angling|fly[- ]fishing",
  gardening:
    "gardening|allotment|vegetable (?:garden|patch)|(?:planted|planting|watered|watering) (?:the |my |our )?(?:tomatoes|flowers|seeds|herbs|plants|roses|vegetables)",
  cooking: "(?:love|enjoy|like|hobby of) cooking|cooking (?:class|course|hobby|show|together)|tried (?:out )?a new recipe|new recipe",
  baking:
    "bak(?:ed|ing) (?:a |some |the |my )?(?:bread|cakes?|cookies|sourdough|pies?|muffins|brownies|rolls|buns)|sourdough|(?:love|enjoy|like) baking",
  reading:
    "reading (?:club|group|list|habit|a (?:book|novel))|book club|finished (?:reading )?(?:a|the|my|another) (?:book|novel)|(?:love|enjoy|like) reading|read (?:a|another) (?:book|novel)|novels?",
  writing:
    "(?:creative|fiction|poetry) writing|writing (?:a |my )?(?:novel|poems?|poetry|short stor(?:y|ies)|blog)|my blog|(?:love|enjoy) writing",
  photography: "photography|photo walk|took my camera|darkroom|photo ?shoot",
  painting: "watercolou?rs?|oil painting|acrylics|painting (?:class|course|a picture|landscapes?|portraits?)|(?:love|enjoy) painting",
  drawing: "sketching|drawing class|life drawing|calligraphy|illustration course|(?:love|enjoy) drawing",
  pottery: "pottery|ceramics(?: class)?|wheel[- ]throwing",
  knitting: "knit(?:ting|ted)|crochet(?:ing|ed)?",
  sewing: "sewing|quilt(?:ing)?|embroider(?:y|ing)",
  woodworking: "woodwork(?:ing)?|wood carving|carpentry project|whittling",
  "model making": "model (?:trains?|railways?|aircraft|kits?|making|building|ships?)|miniatures|warhammer",
  "home improvement": "diy projects?|home improvement",
  electronics: "arduino|raspberry pi|soldering (?:project|kit)|3d[- ]print(?:ing|er)|ham radio|amateur radio",
  programming: "side projects?|hackathons?|open[- ]source project|coding (?:project|challenge)s?|leetcode",
  chess: "chess",
  "board games": "board ?games?|dungeons (?:and|&) dragons|tabletop|card games?|poker night|mah-?jong|scrabble|catan",
  "video games": "video ?games?|gaming|playstation|xbox|nintendo|playing (?:minecraft|zelda|fifa)",
  puzzles: "jigsaw|crosswords?|sudoku",
  "playing guitar": "guitar",
  "playing piano": "piano",
  "playing violin": "violin|cello|viola",
  "playing drums": "drum (?:lesson|kit|practice)s?|playing (?:the )?drums",
  singing: "choir|singing (?:class|lesson|in)|karaoke|vocal lessons?",
  "making music": "band practice|jam session|songwriting|music production|orchestra rehearsal",
  "going to concerts": "concerts?|gigs?|music festivals?|live music",
  "going to the theatre": "theatre|theater tickets?|opera|musicals?",
  "going to museums": "museums?|art galler(?:y|ies)|exhibitions? (?:at|of)",
  "watching films": "cinema|movie night|watch(?:ed|ing) (?:a |the )?(?:movie|film)s?|film festival",
  astronomy: "stargazing|astronomy|telescope",
  birdwatching: "bird ?watching|birding",
  camping: "camping|campsite|glamping",
  travelling: "backpacking trip|(?:love|enjoy) travel(?:l?ing)?",
  meditation: "meditat(?:e|ed|ion|ing)|mindfulness",
  volunteering: "volunteer(?:ed|ing)?|food bank|soup kitchen|animal shelter",
  "learning languages":
    "duolingo|(?:spanish|french|german|italian|japanese|chinese|mandarin|korean|portuguese|arabic|russian|dutch|swedish) (?:class|lesson|course|practice)s?|language exchange",
  beekeeping: "beekeep(?:ing|er)|beehives?",
  brewing: "home ?brew(?:ing)?|brewing beer",
  foraging: "foraging|mushroom (?:hunting|picking)",
  genealogy: "genealogy|family tree research|ancestry research",
  geocaching: "geocach(?:e|ing)",
  "car tinkering": "(?:classic|vintage) cars?|car tuning",
  motorcycling: "motorcycl(?:e rides?|ing|e tour)|motorbik(?:e|ing)",
};

interface Known extends Activity {
  /** A text that has none of these in lower case does not tell of it: a quick look before a long one. */
  readonly hints: readonly string[];
}

function compiled(list: Readonly<Record<string, string>>, sport: boolean): Known[] {
  return Object.entries(list).map(([label, forms]) => ({
    label,
    sport,
    pattern: new RegExp(`\\b(?:${forms})(?![a-z])`, "i"),
    hints: alternatives(forms).map(literalOf),
  }));
}

const known: readonly Known[] = [...compiled(sports, true), ...compiled(others, false)];
export const activities: readonly Activity[] = known;

/** The activities that a text tells of. */
export function activitiesIn(text: string): Activity[] {
  const lower = text.toLowerCase();
  return known.filter(({ label, pattern, hints }) => lower === label || (hints.some((hint) => lower.includes(hint)) && pattern.test(text)));
}

/** The parts of a pattern that bars outside of brackets separate. */
function alternatives(pattern: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const sign of pattern) {
    if (sign === "(") depth++;
    if (sign === ")") depth--;
    if (sign === "|" && depth === 0) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts;
}

/** The longest run of letters that whatever the part matches has in it. */
function literalOf(part: string): string {
  let bare = part;
  for (let before = ""; before !== bare; ) {
    before = bare;
    bare = bare.replace(/\([^()]*\)[?*]?/g, "|");
  }
  const runs = bare.replace(/\\.[+*?]?|\[[^\]]*\][+*?]?|.[?*]/g, "|").split(/[^a-z ]+/);
  return runs.sort((left, right) => right.length - left.length)[0] ?? "";
}
