using System.Runtime.Versioning;

// Elsewhere every test here is skipped by Requires.Linux.
[assembly: SupportedOSPlatform("linux")]
