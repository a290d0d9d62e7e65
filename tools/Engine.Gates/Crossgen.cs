using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Engine.Gates;

/// <summary>.NET's ahead-of-time compiler, from the package of this runtime's version, in a folder of its own while it is needed.</summary>
internal sealed class Crossgen : IDisposable
{
    private readonly DirectoryInfo _work;
    private readonly string _tool;

    private Crossgen(DirectoryInfo work, string tool) => (_work, _tool) = (work, tool);

    /// <summary>Finds or downloads the package; null, and why, where that is not possible.</summary>
    internal static Crossgen? Restore(out string? reason)
    {
        reason = null;
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            reason = "the compiler's package is for Linux on x64";
            return null;
        }
        DirectoryInfo work = Directory.CreateTempSubdirectory("engine-code-");
        string project = Path.Combine(work.FullName, "compiler.csproj"), version = Environment.Version.ToString();
        File.WriteAllText(project, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net{Environment.Version.ToString(2)}</TargetFramework></PropertyGroup>
              <ItemGroup><PackageDownload Include="microsoft.netcore.app.crossgen2.linux-x64" Version="[{version}]" /></ItemGroup>
            </Project>
            """);
        Run("dotnet", ["restore", project]);
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string tool = Path.Combine(packages, "microsoft.netcore.app.crossgen2.linux-x64", version, "tools", "crossgen2");
        var compiler = new Crossgen(work, tool);
        if (File.Exists(tool))
        {
            File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            return compiler;
        }
        compiler.Dispose();
        reason = $"no package microsoft.netcore.app.crossgen2.linux-x64 {version}";
        return null;
    }

    /// <summary>The code of the methods of those names, compiled for an instruction set.</summary>
    internal IReadOnlyList<string> Disassemble(string assembly, string instructionSet, string methods)
    {
        string framework = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "*.dll");
        string listing = Path.Combine(_work.FullName, $"{instructionSet}.txt");
        string[] references = [.. Directory.GetFiles(Path.GetDirectoryName(assembly)!, "*.dll").Where(file => file != assembly)];
        Run(_tool,
        [
            assembly, "-o", Path.Combine(_work.FullName, "out.dll"), "-r", framework, .. references.SelectMany(file => (string[])["-r", file]),
            // As at run time, small methods of other assemblies are inlined.
            "--inputbubble", "--inputbubbleref", framework, .. references.SelectMany(file => (string[])["--inputbubbleref", file]),
            "-O", $"--instruction-set:{instructionSet}",
            // Several threads would mix their lines.
            "--parallelism:1", $"--codegenopt:JitStdOutFile={listing}", $"--codegenopt:JitDisasm={methods}",
        ]);
        return File.Exists(listing) ? File.ReadAllLines(listing) : [];
    }

    public void Dispose() => _work.Delete(recursive: true);

    private static void Run(string command, string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        errors.Wait();
        process.WaitForExit();
    }
}
