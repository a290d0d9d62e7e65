using Engine.Gates;

// Checks that .ci/run makes on the tree: Engine.Gates [FOLDER]. Prints what it measured; exit code 1 where a limit is passed.
string root = Path.GetFullPath(args.Length > 0 ? args[0] : ".");
IReadOnlyList<string> files = TrackedFiles.List(root);
bool passed = SizeGate.Check(root, files, Console.Out);
passed &= CloneGate.Check(root, files, Console.Out);
passed &= CodeGate.Check(root, Console.Out);
return passed ? 0 : 1;
