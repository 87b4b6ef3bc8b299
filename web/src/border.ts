// The border: line, sectors, reading, profile, numbers by segment, ruler.
import { chooser } from "./chooser.ts";
import { parts } from "./core.ts";
import { measure } from "./line.ts";
import { profile } from "./profile.ts";
import { reading, sectors } from "./reading.ts";
import { ruler } from "./ruler.ts";

Object.assign(parts, { measure, sectors, reading, profile, chooser, ruler });
