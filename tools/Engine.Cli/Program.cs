return await Engine.Cli.CommandLine.Application.RunAsync(args);
