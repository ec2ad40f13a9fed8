/**
 * Single files of ECharts. Its lists of them would bring along whatever is on the list, because bundlers put what two
 * chunks take from one list into a chunk of both.
 */
declare module 'echarts-lib/*' {
  export const install: Parameters<typeof import('echarts/core').use>[0]
}
