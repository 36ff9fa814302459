export type { History, HistoryEvents, HistoryPage, HistoryQuery, PastCall } from './history.ts'
export { historyOf } from './history-of.ts'
