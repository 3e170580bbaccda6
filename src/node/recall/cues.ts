/** Words by which people ask for what a predicate tells, where its sentence uses other ones: "my job" is `work.role`. */
import { markOf, wordsOf } from "../search-words.ts";

const cues: Readonly<Record<string, string>> = {
  belief: "belief believe faith religion religious politics political",
  "contact.account": "account username handle profile",
  "contact.address": "address postal mail live",
  "contact.email": "email mail address",
  "contact.phone": "phone number telephone mobile call",
  "date.anniversary": "anniversary celebrate wedding married",
  education: "education study degree school university college qualification graduate",
  event: "event happen milestone",
  "event.upcoming": "upcoming plan planned next soon schedule appointment",
  family: "family relative",
  "family.children": "child kid son daughter",
  "family.member": "wife husband partner spouse brother sister sibling parent mother father married son daughter child",
  "family.pet": "pet dog cat animal",
  "finance.income": "income salary wage pay earn",
  "finance.subscription": "subscription subscribe membership pay",
  goal: "goal aim plan want dream hope ambition intend",
  health: "health healthy medical",
  "health.allergy": "allergy allergic intolerant",
  "health.appointment": "appointment doctor dentist hospital checkup clinic visit",
  "health.condition": "condition illness disease sick diagnosis diagnosed suffer problem",
  "health.diet": "diet eat food vegetarian vegan",
  "health.height": "height tall",
  "health.injury": "injury injured hurt accident pain",
  "health.medication": "medication medicine drug pill tablet prescription",
  "health.resting_heart_rate": "heart pulse",
  "health.steps": "step walk",
  "health.weight": "weight weigh heavy",
  "person.birthday": "birthday born birth age old",
  "person.birthplace": "born birthplace",
  "person.language": "language speak",
  "person.name": "name called",
  "person.nickname": "nickname called",
  "place.city": "live city town reside home",
  "place.frequent": "visit go often usual",
  "place.home": "home live house apartment flat address reside",
  "place.lived": "live lived moved",
  "place.work": "work office workplace job",
  possession: "own have possession belong",
  "possession.vehicle": "car vehicle drive bike motorcycle",
  "preference.dislikes": "dislike hate avoid",
  "preference.favorite": "favorite favourite prefer best",
  "preference.food": "food eat drink dish meal cuisine restaurant like favorite favourite",
  "preference.hobby": "hobby hobbies enjoy pastime leisure sport activity free spare like fun",
  "preference.interest": "interest interested like",
  "preference.likes": "like love enjoy favorite favourite",
  "relationship.closeness": "friend close contact touch",
  "relationship.kind":
    "friend colleague boss wife husband partner relation related relationship brother sister mother father neighbor neighbour son daughter",
  "schedule.daily": "routine usual usually daily habit schedule",
  "schedule.monthly": "routine usual usually monthly habit schedule",
  "schedule.sleep": "sleep bed bedtime wake",
  "schedule.weekly": "routine usual usually weekly regular regularly habit schedule exercise",
  "schedule.yearly": "usual usually yearly tradition",
  trait: "character person personality trait kind",
  "travel.plan": "trip travel vacation holiday journey plan going",
  "travel.trip": "trip travel vacation holiday journey visit abroad",
  "work.employer": "work employer company job firm",
  "work.field": "work field industry profession sector",
  "work.hours": "work hours",
  "work.project": "project work",
  "work.role": "work job profession occupation position role living",
  "work.skill": "skill good able",
};

const predicatesOfWord: ReadonlyMap<string, readonly string[]> = invert();

function invert(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [predicate, words] of Object.entries(cues)) {
    for (const word of new Set(wordsOf(words))) found.set(word, [...(found.get(word) ?? []), predicate]);
  }
  return found;
}

/** Marks of predicates, or of all below one, that a word of a question asks for. */
export function cuedMarks(word: string): string[] {
  return (predicatesOfWord.get(word) ?? []).map((predicate) => markOf("predicate", predicate));
}
