import { ApplicationFrame, type FrameProps } from '../frame.tsx'
import { Activity, type ActivityProps } from './activity.tsx'
import { Notices, type NoticesProps } from './notices.tsx'

export interface ActivityPageProps extends FrameProps, ActivityProps, NoticesProps {}

export function ActivityPage(props: ActivityPageProps) {
  const { site, today, outcomes, undelivered } = props
  return (
    <ApplicationFrame {...props} tab="activity">
      <Activity site={site} today={today} outcomes={outcomes} />
      <Notices site={site} undelivered={undelivered} />
    </ApplicationFrame>
  )
}
