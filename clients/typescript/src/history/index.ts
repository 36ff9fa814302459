export type {
  History,
  HistoryEvents,
  HistoryOutcome,
  HistoryPage,
  HistoryQuery,
  PastCall,
} from './history.ts'
export { historyOf } from './history-of.ts'
