import { expectRefused, press, type Walk } from './walk.ts'

/** Before anybody signs in. */
export const walkAsVisitor: Walk = async ({ world, look }) => {
  const page = await world.visitor()
  await page.goto('/')
  await look(page, 'welcome')
  await page.goto('/login')
  await look(page, 'sign in')
  await page.getByLabel('Username').fill('nobody')
  await page.getByLabel('Password').fill('nothing')
  await press(page, 'Sign in')
  await page.getByRole('alert').waitFor()
  await look(page, 'sign in, refused')
  expectRefused(world, 400)
  await page.goto('/logout')
  await look(page, 'signed out')
  await page.goto('/nowhere')
  await look(page, 'nothing is here')
  await page.goto('/o/authorize?client_id=nobody')
  await look(page, 'unknown application')
  await page.goto('/login/browser?token=dead')
  await look(page, 'a dead link of a notice')
  expectRefused(world, 404, 400, 404)
}
